/** The server's code words in the staff's language; an unknown word is shown as it came. */
const CHANNELS: Record<string, string> = {
  webchat: "网页",
  rest: "接口",
  wechat: "微信",
  wecom: "微信客服",
  ivr: "电话",
  console: "坐席",
};
const STATES: Record<string, string> = {
  bot: "机器人服务中",
  queued: "等待接入",
  human: "人工服务中",
  closed: "已结束",
};
const CLOCKS: Record<string, string> = {
  running: "计时中",
  paused: "已暂停",
  met: "已达成",
  late: "超时完成",
  breached: "已超时",
};
const ROLES: Record<string, string> = {
  agent: "坐席",
  dispatcher: "派单员",
  complaint_lead: "投诉负责人",
  supervisor: "班长",
  administrator: "管理员",
  auditor: "审计员",
};

export const channelLabel = (word: string) => CHANNELS[word] ?? word;
export const stateLabel = (word: string) => STATES[word] ?? word;
export const clockLabel = (word: string) => CLOCKS[word] ?? word;
export const roleLabel = (word: string) => ROLES[word] ?? word;
