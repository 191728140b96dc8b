"""How the work of a job is done: batches, shards, decoding, embedding, ranking, re-ranking."""
