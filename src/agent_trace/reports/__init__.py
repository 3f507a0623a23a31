"""One file per question: Options, compute() and layout(). Every surface offers every report."""
