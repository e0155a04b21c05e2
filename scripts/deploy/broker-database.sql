-- The Pact Broker keeps its data in a database of its own.
CREATE DATABASE pact_broker;
