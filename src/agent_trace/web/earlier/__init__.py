"""The shapes in which earlier tools answered, made of our figures: money is a number there, and unknown is null."""
