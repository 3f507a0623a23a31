"""Pure questions about events and calls: values in, values out."""
