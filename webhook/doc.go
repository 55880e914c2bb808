// Package webhook posts signed messages to the addresses that an operator has
// configured, as the Standard Webhooks specification 1.0.0 has it. What the
// messages say is for others to know.
package webhook
