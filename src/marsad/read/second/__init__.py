"""The second reader: a language model that must show its words. See docs/second-reader.md."""
