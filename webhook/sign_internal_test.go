package webhook

import (
	"testing"
	"time"
)

// TestSign has the example that libraries of the specification test with.
func TestSign(t *testing.T) {
	t.Parallel()
	secret, ok := parseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if !ok {
		t.Fatal("the secret was refused")
	}
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	if got := sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)); got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
}
