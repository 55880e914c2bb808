//go:build linux

package machines_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// secrets are the files by which the machines know each other.
type secrets struct{ authority, certificate, key, credentials string }

// newSecrets makes an authority, and a certificate for all brokers. They are good for two
// days, as clocks may be apart.
func newSecrets(t *testing.T, dir string, addresses []string) secrets {
	t.Helper()
	s := secrets{filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "credentials")}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	from, to := time.Now().Add(-24*time.Hour), time.Now().Add(24*time.Hour)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of the machines"}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	certificate := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "a broker"}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, address := range addresses {
		certificate.IPAddresses = append(certificate.IPAddresses, net.ParseIP(address))
	}
	write := func(path, kind string, data []byte, err error) {
		t.Helper()
		check(err)
		check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600))
	}
	signed, err := x509.CreateCertificate(rand.Reader, authority, authority, &signer.PublicKey, signer)
	write(s.authority, "CERTIFICATE", signed, err)
	signed, err = x509.CreateCertificate(rand.Reader, certificate, authority, &key.PublicKey, signer)
	write(s.certificate, "CERTIFICATE", signed, err)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	write(s.key, "PRIVATE KEY", raw, err)
	check(os.WriteFile(s.credentials, []byte("user: fleet\npassword: "+rand.Text()+"\n"), 0o600))
	return s
}
