import numpy as np


def top_k(query, embeddings, k):
    if embeddings.shape[1] != len(query):
        raise ValueError("query and embeddings do not have the same dimension")

    row_norms = np.sqrt((embeddings ** 2).sum(axis=1))
    query_norm = np.sqrt((query ** 2).sum())

    sims = np.dot(embeddings, query)
    denom = row_norms * query_norm
    ok = denom != 0
    sims[ok] = sims[ok] / denom[ok]
    sims[~ok] = 0

    # lexsort: last key is the main one
    order = np.lexsort((np.arange(len(sims)), -sims))
    order = order[:k]
    return order, sims[order]
