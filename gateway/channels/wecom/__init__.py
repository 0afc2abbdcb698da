"""WeCom customer service (微信客服): called when there is something, read, answered."""
