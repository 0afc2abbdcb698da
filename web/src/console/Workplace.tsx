import { App } from "antd";
import { type JSX, lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { Api } from "./api";
import type { Attention } from "./attention";
import { ConversationsPage } from "./conversations/ConversationsPage";
import { Desk } from "./desk_context";
import type { ConsoleEvent } from "./event_cursor";
import { EventStream } from "./event_stream";
import { useRoute } from "./hooks";
import { type AgentRecord, may, type Session } from "./model";
import { Refresher } from "./refresher";
import { type Route, routeHash } from "./route";
import { NavigationRail } from "./shell/NavigationRail";
import { ShortcutHelp } from "./shell/ShortcutHelp";
import { useShortcut, useShortcutKeys } from "./shell/shortcuts";
import { Signs } from "./signs";
import { staleTopics } from "./stale";
import { Loading } from "./states/Loading";
import { PageBoundary } from "./states/PageBoundary";

const OrdersPage = lazy(() => import("./orders/OrdersPage"));
const SupervisionPage = lazy(() => import("./supervision/SupervisionPage"));
const AdministrationPage = lazy(() => import("./administration/AdministrationPage"));
const SmsPage = lazy(() => import("./sms/SmsPage"));

interface WorkplaceProps {
  api: Api;
  attention: Attention;
  session: Session;
  onSignedOut: () => void;
}

/** The console of a signed-in agent: live line, navigation and the page of the address. */
export default function Workplace(props: WorkplaceProps): JSX.Element {
  const { api, attention, session, onSignedOut } = props;
  const [refresher] = useState(() => new Refresher());
  const [signs] = useState(() => new Signs());
  const [help, setHelp] = useState(false);
  const tools = useMemo(
    () => ({ api, refresher, signs, me: session.agent }),
    [api, refresher, signs, session],
  );
  const route = useRoute();
  const online = useLiveLine(api, refresher, signs, session.agent);
  useShortcutKeys();
  useShortcut("help", () => setHelp(true));
  return (
    <Desk value={tools}>
      <div className="workplace">
        <NavigationRail
          route={route}
          attention={attention}
          session={session}
          onSignedOut={onSignedOut}
          onHelp={() => setHelp(true)}
        />
        <main className="workplace__main">
          {!online && (
            <p className="line-lost" role="status">
              <span className="spinner" aria-hidden="true" />
              与服务器的连接已断开，正在重新连接…
            </p>
          )}
          <PageBoundary key={route.page}>
            <Suspense fallback={<Loading what="页面" rows={8} />}>
              <Page route={route} session={session} />
            </Suspense>
          </PageBoundary>
        </main>
        {help && <ShortcutHelp onClose={() => setHelp(false)} />}
      </div>
    </Desk>
  );
}

/** What a supervisor does to one's own conversation is told at once, wherever one is. */
function useTold(me: AgentRecord): (event: ConsoleEvent) => void {
  const { notification } = App.useApp();
  return (event) => {
    if (event.for !== me.username || !event.conversation_id) return;
    const over = event.type === "ConversationTakenOver";
    const hash = routeHash({ page: "conversations", box: "mine", id: event.conversation_id });
    notification.info({
      title: over ? "班长接管了您的会话" : "班长给您提示",
      description: over ? "客户由班长继续服务，您不用再回复。" : <a href={hash}>打开会话查看</a>,
    });
  };
}

function useLiveLine(api: Api, refresher: Refresher, signs: Signs, me: AgentRecord): boolean {
  const [online, setOnline] = useState(true);
  const tell = useRef((_: ConsoleEvent) => {});
  tell.current = useTold(me);
  useEffect(() => {
    const stream = new EventStream({
      opened() {
        setOnline(true);
        refresher.everything();
      },
      happened(event) {
        refresher.stale(staleTopics(event));
        tell.current(event);
      },
      signed: (sign) => signs.take(sign),
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
  }, [api, refresher, signs]);
  return online;
}

function Page({ route, session }: { route: Route; session: Session }): JSX.Element {
  const me = session.agent;
  if (route.page === "orders" && may(me, "read_orders")) {
    return <OrdersPage number={route.number} />;
  }
  if (route.page === "supervision" && may(me, "oversee_talks")) return <SupervisionPage />;
  if (route.page === "sms" && session.dev_mode && may(me, "read_sms")) return <SmsPage />;
  if (route.page === "administration") return <AdministrationPage />;
  // The first page of who has no conversations.
  if (!may(me, "read_talks")) {
    return may(me, "read_orders") ? <OrdersPage number={null} /> : <AdministrationPage />;
  }
  const { box, id } = route.page === "conversations" ? route : { box: "queued" as const, id: null };
  return <ConversationsPage box={box} id={id} />;
}
