/** What most wrap-ups say; a press adds it to the agent's own words. */
export const WRAP_UP_PHRASES: readonly string[] = [
  "已解决",
  "已开立工单",
  "已解释说明",
  "客户未回应",
  "需回访",
];
