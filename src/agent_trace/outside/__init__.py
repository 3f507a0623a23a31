"""What we ask other programs: git, and the forges' own command lines. Carefully, and only where somebody asked."""
