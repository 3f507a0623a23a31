"""What Gemini CLI and Qwen Code, its descendant, write alike: parts of the Gemini API, token counts, tools and edits."""
