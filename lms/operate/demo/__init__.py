"""The demonstration: invented people on the real plan and the real agencies (domain.md §16). All through verbs."""
