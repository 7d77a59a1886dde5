"""Acts on frameworks: bringing in, editing, publishing, forking, tying together."""
