package fleet

import (
	"fmt"
)

// CatchUpKeys implements [keys.Ledger].
func (m *Member) CatchUpKeys(adopt func(data []byte) error) error {
	return m.onLatest(m.ctx, func(h *head) error { return m.bringKeys(h, adopt) })
}

func (m *Member) bringKeys(h *head, adopt func(data []byte) error) error {
	if _, err := m.belong(h); err != nil {
		return err
	}
	data, err := m.smallPaper(m.ctx, h.Keys)
	if err != nil {
		return fmt.Errorf("read the keys of the fleet: %w", err)
	}
	if err := adopt(data); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keysAt = h.Keys
	return nil
}

// AgreeKeys implements [keys.Ledger].
func (m *Member) AgreeKeys(data []byte) error {
	m.mu.Lock()
	at := m.keysAt
	m.mu.Unlock()
	name, err := putPaper(m.ctx, m.transport, data)
	if err != nil {
		return err
	}
	_, err = m.propose(m.ctx, change{did: "changed the keys", keys: &name, isNext: func(h *head) bool { return h.Keys == at }})
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keysAt = name
	return nil
}
