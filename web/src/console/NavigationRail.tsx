import type { ComponentChildren, JSX } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { ChatIcon, Logo, OrderIcon, SignOutIcon, SmsIcon } from "../shared/icons";
import type { Attention } from "./attention";
import { Desk } from "./desk_context";
import { wordsOf } from "./failure";
import { useFetched } from "./hooks";
import { roleLabel } from "./labels";
import type { Session } from "./model";
import { type Route, routeHash } from "./route";
import { StatusSwitch } from "./StatusSwitch";

interface NavigationRailProps {
  route: Route;
  attention: Attention;
  session: Session;
  onSignedOut: () => void;
}

/** The way between the pages, with who is signed in and how many customers wait. */
export function NavigationRail(props: NavigationRailProps): JSX.Element {
  const { route, attention, session, onSignedOut } = props;
  const { api } = useContext(Desk);
  const [problem, setProblem] = useState<string | null>(null);
  const counts = useFetched("counts", ["conversations"], () => api.conversations("queued")).data
    ?.counts;
  const waiting = counts?.queued ?? 0;
  useEffect(() => attention.update(waiting), [attention, waiting]);

  const signOut = () => api.signOut().then(onSignedOut, (error) => setProblem(wordsOf(error)));
  return (
    <nav class="rail" aria-label="主导航">
      <span class="rail__mark">
        <Logo size={28} />
      </span>
      <RailLink
        to={{ page: "conversations", box: "queued", id: null }}
        route={route}
        testid="nav-conversations"
      >
        <ChatIcon size={22} />
        <span>会话</span>
        {waiting > 0 && (
          <span class="rail__badge">
            {waiting}
            <span class="visually-hidden"> 位客户等待接入</span>
          </span>
        )}
      </RailLink>
      <RailLink to={{ page: "orders", number: null }} route={route} testid="nav-orders">
        <OrderIcon size={22} />
        <span>工单</span>
      </RailLink>
      {session.dev_mode && (
        <RailLink to={{ page: "sms" }} route={route} testid="nav-sms">
          <SmsIcon size={22} />
          <span>短信</span>
        </RailLink>
      )}
      <div class="rail__me">
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <p class="rail__name" title={`${session.agent.name} · ${roleLabel(session.agent.role)}`}>
          {session.agent.name}
        </p>
        <StatusSwitch initial={session.status} />
        <button
          type="button"
          class="icon-button rail__out"
          aria-label="退出登录"
          title="退出登录"
          onClick={() => void signOut()}
        >
          <SignOutIcon />
        </button>
      </div>
    </nav>
  );
}

interface RailLinkProps {
  to: Route;
  route: Route;
  testid: string;
  children: ComponentChildren;
}

function RailLink({ to, route, testid, children }: RailLinkProps): JSX.Element {
  const here = to.page === route.page;
  return (
    <a
      class="rail__link"
      href={routeHash(to)}
      data-testid={testid}
      {...(here && { "aria-current": "page" })}
    >
      {children}
    </a>
  );
}
