import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Api } from "./api";
import type { Attention } from "./attention";
import { ApiFailure, wordsOf } from "./failure";
import type { Session } from "./model";
import { SignIn } from "./SignIn";
import { Workplace } from "./Workplace";

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

  if (entry === "checking") return <p class="full-notice">正在载入…</p>;
  if (entry === "signed-out") return <SignIn api={api} onSignedIn={check} />;
  if ("session" in entry) {
    return (
      <Workplace
        key={entry.session.agent.username}
        api={api}
        attention={attention}
        session={entry.session}
        onSignedOut={() => setEntry("signed-out")}
      />
    );
  }
  return (
    <div class="full-notice" role="alert">
      <p>{entry.problem}</p>
      <button type="button" class="button" onClick={check}>
        重试
      </button>
    </div>
  );
}
