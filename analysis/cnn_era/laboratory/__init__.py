"""One small network, trained, made cheaper in four stages and put to use."""
