// Package eval measures retrieval: it reads test collections in the layout of
// BEIR (Thakur et al. 2021), reads and writes rankings in the run format of
// TREC, and computes nDCG, MRR, recall and precision. It knows no search
// engine: whoever searches makes a Run and hands it over.
//
// A BEIR folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv, each
// possibly compressed with a further .gz. In queries.jsonl, metadata.answers
// may list the texts that answer a question.
package eval
