"""A local WeCom: the other side of customer service, to develop and test against over real HTTP."""
