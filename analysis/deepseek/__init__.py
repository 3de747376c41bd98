"""The DeepSeek case, recomputed from its configuration."""
