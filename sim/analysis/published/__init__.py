"""Published results in a small vocabulary of words, and the model read off in the same words."""
