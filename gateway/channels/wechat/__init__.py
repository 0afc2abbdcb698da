"""WeChat service account (服务号): pushes in, passive answers and customer-service messages out."""
