"""What every room stands on: errors, limits, time, canonical bytes and the durable store."""
