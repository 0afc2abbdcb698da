"""A local WeChat: the other side of the channel, to develop and test against over real HTTP."""
