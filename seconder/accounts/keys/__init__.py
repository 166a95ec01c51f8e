"""API keys: made (`asking`, for who may; `making`, for anybody's), shown once, ended, found in public places."""
