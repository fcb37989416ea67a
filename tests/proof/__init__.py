"""Long proofs, run by `make proof`: each writes a dated result to docs/proof."""
