import {
  DashboardOutlined,
  FileTextOutlined,
  MailOutlined,
  MessageOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import { type JSX, type ReactNode, useContext, useEffect } from "react";
import type { Attention } from "../attention";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import { may, type Session } from "../model";
import { type Route, routeHash } from "../route";
import { Logo } from "../text/Logo";
import { PersonMenu } from "./PersonMenu";
import { StatusSwitch } from "./StatusSwitch";
import { useShortcut } from "./shortcuts";

interface NavigationRailProps {
  route: Route;
  attention: Attention;
  session: Session;
  onSignedOut: () => void;
  onHelp: () => void;
}

const ADMINISTRATION = ["manage_people", "read_policies", "read_audit", "review"] as const;
const BOX = { page: "conversations", id: null } as const;
const go = (route: Route) => () => {
  location.hash = routeHash(route);
};

/** The way between the pages, with who is signed in and how many customers wait. */
export function NavigationRail(props: NavigationRailProps): JSX.Element {
  const { route, session, onSignedOut, onHelp } = props;
  const me = session.agent;
  const talks = may(me, "read_talks");
  const orders = may(me, "read_orders");
  const leads = may(me, "oversee_talks");
  useShortcut("queued", talks ? go({ ...BOX, box: "queued" }) : null);
  useShortcut("mine", talks ? go({ ...BOX, box: "mine" }) : null);
  useShortcut("all", talks ? go({ ...BOX, box: "all" }) : null);
  useShortcut("orders", orders ? go({ page: "orders", number: null }) : null);
  useShortcut("supervision", leads ? go({ page: "supervision" }) : null);
  return (
    <nav className="rail" aria-label="主导航">
      <span className="rail__mark">
        <Logo size={28} />
      </span>
      {talks && <TalksLink route={route} attention={props.attention} />}
      {orders && (
        <RailLink to={{ page: "orders", number: null }} route={route} testid="nav-orders">
          <FileTextOutlined aria-hidden className="rail__icon" />
          <span>工单</span>
        </RailLink>
      )}
      {leads && (
        <RailLink to={{ page: "supervision" }} route={route} testid="nav-supervision">
          <DashboardOutlined aria-hidden className="rail__icon" />
          <span>现场</span>
        </RailLink>
      )}
      {ADMINISTRATION.some((right) => may(me, right)) && (
        <RailLink to={{ page: "administration" }} route={route} testid="nav-administration">
          <SettingOutlined aria-hidden className="rail__icon" />
          <span>管理</span>
        </RailLink>
      )}
      {session.dev_mode && may(me, "read_sms") && (
        <RailLink to={{ page: "sms" }} route={route} testid="nav-sms">
          <MailOutlined aria-hidden className="rail__icon" />
          <span>短信</span>
        </RailLink>
      )}
      <div className="rail__me">
        {may(me, "work_talks") && <StatusSwitch initial={session.status} />}
        <PersonMenu session={session} onSignedOut={onSignedOut} onHelp={onHelp} />
      </div>
    </nav>
  );
}

function TalksLink({ route, attention }: { route: Route; attention: Attention }): JSX.Element {
  const waiting = useWaiting(attention);
  return (
    <RailLink to={{ ...BOX, box: "queued" }} route={route} testid="nav-conversations">
      <MessageOutlined aria-hidden className="rail__icon" />
      <span>会话</span>
      {waiting > 0 && (
        <span className="rail__badge">
          {waiting}
          <span className="visually-hidden"> 位客户等待接入</span>
        </span>
      )}
    </RailLink>
  );
}

/** How many customers wait; calls the agent when it grows, and when own customers write. */
function useWaiting(attention: Attention): number {
  const { api } = useContext(Desk);
  const listed = useFetched("mine-counts", ["conversations"], () => api.conversations("mine")).data;
  const waiting = listed?.counts.queued ?? 0;
  const unread = (listed?.conversations ?? []).reduce((sum, one) => sum + (one.unread ?? 0), 0);
  useEffect(() => {
    if (listed) attention.update(waiting, unread);
  }, [attention, listed, waiting, unread]);
  return waiting;
}

interface RailLinkProps {
  to: Route;
  route: Route;
  testid: string;
  children: ReactNode;
}

function RailLink({ to, route, testid, children }: RailLinkProps): JSX.Element {
  const here = to.page === route.page;
  return (
    <a
      className="rail__link"
      href={routeHash(to)}
      data-testid={testid}
      {...(here && { "aria-current": "page" })}
    >
      {children}
    </a>
  );
}
