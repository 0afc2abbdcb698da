/** Sentences agents need every day; they follow the manners of speech of the service standard. */
export const QUICK_PHRASES: readonly string[] = [
  "您好，我是人工客服，很高兴为您服务。",
  "已为您查看前面的对话，请稍等，我马上为您核实。",
  "给您带来不便，非常抱歉，我来为您处理。",
  "请问方便提供一下联系电话吗？仅用于本次处理。",
  "已为您登记，处理结果会及时通知您。",
  "请问还有其他可以帮您的吗？",
  "感谢您的耐心等待，祝您生活愉快。",
];

export const WRAP_UP_PHRASES: readonly string[] = [
  "已解决",
  "已开立工单",
  "已解释说明",
  "客户未回应",
  "需回访",
];
