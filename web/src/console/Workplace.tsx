import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Api } from "./api";
import type { Attention } from "./attention";
import { ConversationsPage } from "./conversations/ConversationsPage";
import { Desk } from "./desk_context";
import { EventStream } from "./event_stream";
import { useRoute } from "./hooks";
import type { Session } from "./model";
import { NavigationRail } from "./NavigationRail";
import { OrdersPage } from "./orders/OrdersPage";
import { Refresher } from "./refresher";
import type { Route } from "./route";
import { SmsPage } from "./sms/SmsPage";
import { staleTopics } from "./stale";

interface WorkplaceProps {
  api: Api;
  attention: Attention;
  session: Session;
  onSignedOut: () => void;
}

/** The console of a signed-in agent: live line, navigation and the page of the address. */
export function Workplace({ api, attention, session, onSignedOut }: WorkplaceProps): JSX.Element {
  const [refresher] = useState(() => new Refresher());
  const tools = useMemo(() => ({ api, refresher, me: session.agent }), [api, refresher, session]);
  const route = useRoute();
  const online = useLiveLine(api, refresher);
  return (
    <Desk.Provider value={tools}>
      <div class="workplace">
        <NavigationRail
          route={route}
          attention={attention}
          session={session}
          onSignedOut={onSignedOut}
        />
        <main class="workplace__main">
          {!online && (
            <p class="line-lost" role="status">
              <span class="spinner" aria-hidden="true" />
              与服务器的连接已断开，正在重新连接…
            </p>
          )}
          <Page route={route} devMode={session.dev_mode} />
        </main>
      </div>
    </Desk.Provider>
  );
}

function useLiveLine(api: Api, refresher: Refresher): boolean {
  const [online, setOnline] = useState(true);
  useEffect(() => {
    const stream = new EventStream({
      opened() {
        setOnline(true);
        refresher.everything();
      },
      happened: (event) => refresher.stale(staleTopics(event)),
      lost() {
        setOnline(false);
        // A closed line does not say why; if the session has ended, this call will.
        api
          .session()
          .catch((error: unknown) => console.info("session could not be checked", error));
      },
    });
    stream.start();
    return () => stream.stop();
  }, [api, refresher]);
  return online;
}

function Page({ route, devMode }: { route: Route; devMode: boolean }): JSX.Element {
  if (route.page === "orders") return <OrdersPage number={route.number} />;
  if (route.page === "sms" && devMode) return <SmsPage />;
  const { box, id } = route.page === "conversations" ? route : { box: "queued" as const, id: null };
  return <ConversationsPage box={box} id={id} />;
}
