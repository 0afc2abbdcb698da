import { Button, Result, Spin } from "antd";
import { type JSX, lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Api } from "./api";
import type { Attention } from "./attention";
import { ApiFailure, wordsOf } from "./failure";
import type { Session } from "./model";
import { SignIn } from "./SignIn";
import { PageBoundary } from "./states/PageBoundary";

const SecondStepSetup = lazy(() => import("./shell/SecondStepSetup"));
const Workplace = lazy(() => import("./Workplace"));

interface AppProps {
  api: Api;
  attention: Attention;
}

type Entry = "checking" | "signed-out" | { problem: string } | { session: Session };

/** Lets staff in: checks the session, shows the sign-in page or the workplace. */
export function App({ api, attention }: AppProps): JSX.Element {
  const [entry, setEntry] = useState<Entry>("checking");
  const check = useCallback(() => {
    api.session().then(
      (session) => setEntry({ session }),
      (error: unknown) => {
        const signedOut = error instanceof ApiFailure && error.status === 401;
        setEntry(signedOut ? "signed-out" : { problem: wordsOf(error) });
      },
    );
  }, [api]);
  useEffect(() => {
    api.onSignedOut = () => setEntry("signed-out");
    check();
  }, [api, check]);

  if (entry === "checking") return <Opening />;
  if (entry === "signed-out") return <SignIn api={api} onSignedIn={check} />;
  if ("session" in entry && entry.session.second_step_owed) {
    return (
      <main className="full-notice">
        <Suspense fallback={<Opening />}>
          <SecondStepSetup api={api} onDone={check} />
        </Suspense>
      </main>
    );
  }
  if ("session" in entry) {
    return (
      <PageBoundary>
        <Suspense fallback={<Opening />}>
          <Workplace
            key={entry.session.agent.username}
            api={api}
            attention={attention}
            session={entry.session}
            onSignedOut={() => setEntry("signed-out")}
          />
        </Suspense>
      </PageBoundary>
    );
  }
  return (
    <main className="full-notice" role="alert">
      <Result
        status="error"
        title="工作台没能打开"
        subTitle={entry.problem}
        extra={
          <Button type="primary" onClick={check}>
            重试
          </Button>
        }
      />
    </main>
  );
}

function Opening(): JSX.Element {
  return (
    <main className="full-notice">
      <Spin size="large" />
      <p>正在载入…</p>
    </main>
  );
}
