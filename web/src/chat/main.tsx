/** Starts the customers' page: connection, conversation, components. */
import { render } from "preact";
import { keptIn } from "../shared/kept";
import "./colours.css";
import { language } from "../shared/language";
import "../shared/base.css";
import "./page.css";
import "./messages.css";
import "./card.css";
import "./replies.css";
import "./composer.css";
import { App } from "./components/App";
import { Conversation } from "./conversation";
import { embedding } from "./embedding";
import { SocketLink } from "./link";
import { paint } from "./theme";
import { followVisualViewport } from "./viewport";
import { words } from "./words";

paint(document.documentElement, window.location.search);
document.documentElement.lang = language === "en" ? "en" : "zh-CN";
document.title = words.title;
const kept = keptIn("localStorage");
const conversation = new Conversation(new SocketLink(), {
  session: kept,
  tab: keptIn("sessionStorage"),
});
const root = document.getElementById("app");
if (root === null) throw new Error("the page has no element with id app");
followVisualViewport(window);
render(<App conversation={conversation} kept={kept} host={embedding(window)} />, root);
conversation.start();
