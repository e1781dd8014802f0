package local

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"syscall"
	"time"
)

// The range that ports are chosen from. It lies below the ports that Linux
// (32768 and up) and macOS (49152 and up) give to outgoing connections, so a
// port that is free today is not taken by chance when the network restarts.
const (
	firstPort = 17000
	lastPort  = 32000
)

// freeAddresses chooses n different loopback addresses that nothing listens on.
func freeAddresses(n int) ([]string, error) {
	port := firstPort + rand.IntN(lastPort-firstPort)
	var addresses []string
	for range lastPort - firstPort {
		if len(addresses) == n {
			return addresses, nil
		}
		if port++; port >= lastPort {
			port = firstPort
		}
		address := fmt.Sprintf("127.0.0.1:%d", port)
		if checkFree(address) == nil {
			addresses = append(addresses, address)
		}
	}
	return nil, fmt.Errorf("cannot find %d free ports between %d and %d on 127.0.0.1", n, firstPort, lastPort)
}

// checkFree reports whether a process of ours could listen on the address.
func checkFree(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}

// awaitFree is checkFree with patience: the nodes of a network that was
// killed a moment ago may still be on their way out.
func awaitFree(address string) error {
	deadline := time.Now().Add(3 * time.Second)
	for {
		err := checkFree(address)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// claimPorts makes sure that every address of the topology can be listened
// on, except the gateway's if the user chose it. Addresses that only this
// start knows about are replaced when another program took them; those that
// are written into the channel cannot be.
func (t *Topology) claimPorts(gatewayGiven bool) error {
	fixed := map[string]string{}
	free := map[string]*string{}
	for i := range t.Orderers {
		o := &t.Orderers[i]
		fixed[o.Name] = o.Address
		free[o.Name+" admin"], free[o.Name+" operations"] = &o.Admin, &o.Operations
	}
	for i := range t.Peers {
		p := &t.Peers[i]
		fixed[p.Name] = p.Address
		free[p.Name+" chaincode"], free[p.Name+" operations"] = &p.Chaincode, &p.Operations
	}
	free["ca"], free["ca operations"] = &t.CA.Address, &t.CA.Operations
	free["chaincode"] = &t.ChaincodeNode.Address
	if !gatewayGiven {
		free["gateway"] = &t.Gateway.Address
	}

	for name, address := range fixed {
		if err := awaitFree(address); err != nil {
			if errors.Is(err, syscall.EADDRINUSE) {
				return fmt.Errorf("another program listens on %s, the address of %s; the channel names that address, so it cannot be changed: stop the other program (perhaps an earlier network: see 'down'), or reset this network", address, name)
			}
			return fmt.Errorf("listen on %s for %s: %w", address, name, err)
		}
	}
	for name, address := range free {
		if checkFree(*address) == nil {
			continue
		}
		other, err := freeAddresses(1)
		if err != nil {
			return fmt.Errorf("find another address for %s: %w", name, err)
		}
		*address = other[0]
	}
	return nil
}
