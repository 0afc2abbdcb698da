/** All the page says by itself, in both languages. What the desk says is Chinese in either. */
import { type Language, language } from "../shared/language";

const zh = {
  title: "小通 · 在线客服",
  bot: "小通 智能客服",
  agent: (name: string) => `客服 ${name}`.trim(),
  says: (who: string) => `${who}说：`,
  youSay: "您说：",
  typing: (who: string) => `${who}正在输入`,
  robot: "机器人服务中",
  served: (name: string | undefined) => (name ? `人工客服 ${name} 为您服务` : "人工客服为您服务"),
  queued: (place: number | undefined) =>
    place ? `正在为您转接人工 · 排队第 ${place} 位` : "正在为您转接人工 · 排队中",
  standard: "标准版",
  elderly: "长辈版",
  close: "关闭对话窗口",
  save: "保存对话记录",
  notSaved: "没能保存，请稍后再试",
  talk: "对话内容",
  log: "对话记录",
  newer: "新消息",
  loading: "正在载入对话",
  unread: (count: number, title: string) => `（${count} 条新消息）${title}`,
  ownPicture: "您发送的图片，点击查看大图",
  theirPicture: "客服发来的图片，点击查看大图",
  again: "重新发送",
  sending: "发送中…",
  delivered: (time: string) => `已送达 · ${time}`,
  failed: "未能发送",
  replies: "快捷回复",
  offline: "网络连接已断开，正在重新连接… 您写的内容会保留，恢复后自动发送",
  connecting: "正在连接…",
  ask: "输入您的问题",
  placeholder: "请输入您的问题",
  notice: "对话会被记录以处理诉求，请勿发送密码、证件或银行卡号",
  picture: "发送图片",
  send: "发送",
  tooLong: (over: number, length: number, limit: number) =>
    `已超出 ${over} 字，请精简后发送（${length}/${limit}）`,
  tooLarge: "图片太大了，请发 10 MB 以内的图片。",
  welcome: "欢迎",
  hello: (greeting: string) => `${greeting}，我是小通`,
  can: "宽带报障、套餐余量、投诉建议，直接说就好。",
  person: "需要时，随时可以转人工。",
  suggestions: [
    ["宽带上不了网", "一步步排查，修不好就报修"],
    ["我的套餐还剩多少", "流量、通话、短信余量"],
    ["我要投诉", "登记并告知处理时限"],
    ["转人工", "由人工客服为您服务"],
  ] as readonly (readonly [string, string])[],
};

export type Words = typeof zh;

const en: Words = {
  title: "Xiaotong · customer service",
  bot: "Xiaotong",
  agent: (name) => `Agent ${name}`.trim(),
  says: (who) => `${who}: `,
  youSay: "You: ",
  typing: (who) => `${who} is typing`,
  robot: "Automatic service",
  served: (name) => (name ? `${name} is helping you` : "An agent is helping you"),
  queued: (place) => (place ? `Waiting for an agent · number ${place}` : "Waiting for an agent"),
  standard: "Normal",
  elderly: "Large",
  close: "Close the chat",
  save: "Save the conversation",
  notSaved: "Could not be saved, please try later",
  talk: "Conversation",
  log: "Messages",
  newer: "New messages",
  loading: "Loading the conversation",
  unread: (count, title) => `(${count}) ${title}`,
  ownPicture: "Your picture, open it in full",
  theirPicture: "A picture for you, open it in full",
  again: "Send again",
  sending: "Sending…",
  delivered: (time) => `Delivered · ${time}`,
  failed: "Not sent",
  replies: "Suggested replies",
  offline: "You are offline. What you write is kept and sent when the connection is back.",
  connecting: "Connecting…",
  ask: "Your question",
  placeholder: "Your question (in Chinese)",
  notice: "The conversation is recorded. Send no passwords, identity or card numbers.",
  picture: "Send a picture",
  send: "Send",
  tooLong: (over, length, limit) => `${over} characters too many (${length}/${limit})`,
  tooLarge: "The picture is larger than 10 MB.",
  welcome: "Welcome",
  hello: () => "Hello, I am Xiaotong",
  can: "Broadband faults, plans and usage, complaints: just ask.",
  person: "I answer in Chinese; an agent is always within reach.",
  suggestions: [
    ["Broadband is down", "Checked step by step, repaired if need be"],
    ["What is left of my plan", "Data, minutes, messages"],
    ["I have a complaint", "Registered, with a date for the answer"],
    ["Talk to an agent", "A person takes over"],
  ],
};

export const wordsIn = (wanted: Language): Words => (wanted === "en" ? en : zh);

export const words: Words = wordsIn(language);

/** What a suggestion sends: the desk understands Chinese. */
export const SENT: readonly string[] = zh.suggestions.map(([text]) => text);
