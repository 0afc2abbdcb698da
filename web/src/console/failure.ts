/** What went wrong, in words for staff. The server's own words are used when they are Chinese. */
const BY_CODE: Record<string, string> = {
  bad_credentials: "用户名或密码不正确",
  already_taken: "该会话已被其他坐席接入",
  not_yours: "该会话不由您负责，无法回复",
  too_many_attempts: "登录尝试次数过多，请稍后再试",
};
const BY_STATUS: Record<number, string> = {
  0: "网络连接失败，请检查网络后重试",
  400: "提交的内容不符合要求，请检查后重试",
  401: "登录已失效，请重新登录",
  403: "您没有权限执行此操作",
  404: "内容不存在或已被删除",
  409: "状态已发生变化，请刷新后再试",
  413: "内容过长，请精简后重试",
  429: "操作过于频繁，请稍后再试",
};

export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    serverWords = "",
  ) {
    super(failureWords(status, code, serverWords));
  }
}

export function failureWords(status: number, code: string, serverWords: string): string {
  if (/\p{Script=Han}/u.test(serverWords)) return serverWords;
  return BY_CODE[code] ?? BY_STATUS[status] ?? "系统暂时出现问题，请稍后再试";
}

export function wordsOf(error: unknown): string {
  if (error instanceof ApiFailure) return error.message;
  console.error(error);
  return "页面出现问题，请刷新后再试";
}
