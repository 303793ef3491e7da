"""The simulation: one process per patient, one record, a pure replication."""
