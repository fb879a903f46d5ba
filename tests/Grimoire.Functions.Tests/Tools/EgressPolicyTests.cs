using System.Net;
using Grimoire.Functions.Tools.Egress;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tests.Tools;

public sealed class EgressPolicyTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fc00::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:c0a8:101::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("4000::1")]
    public async Task An_address_that_is_not_public_is_refused(string address)
    {
        var policy = Policy([], IPAddress.Parse(address));

        var refused = await Assert.ThrowsAsync<EgressRefusedException>(() => policy.AddressesAsync("name.example", 80, default));
        Assert.Contains(IPAddress.Parse(address).ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Contains("Egress:Allow", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("::ffff:8.8.8.8")]
    public async Task A_public_address_is_given_as_it_was_checked(string address)
    {
        var addresses = await Policy([], IPAddress.Parse(address)).AddressesAsync("name.example", 443, default);

        Assert.Equal([IPAddress.Parse(address)], addresses);
    }

    [Fact]
    public async Task A_name_with_one_private_address_among_public_ones_is_refused() =>
        await Assert.ThrowsAsync<EgressRefusedException>(() => Policy([], IPAddress.Parse("1.1.1.1"), IPAddress.Loopback).AddressesAsync("name.example", 80, default));

    [Theory]
    [InlineData("name.example", true)]
    [InlineData("NAME.example:8080", true)]
    [InlineData("name.example:80", false)]
    [InlineData("other.example", false)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.7", true)]
    [InlineData("10.0.0.7:8080", true)]
    [InlineData("10.0.0.7:80", false)]
    [InlineData("192.168.0.0/16", false)]
    public async Task The_setting_allows_hosts_ports_and_networks(string entry, bool allowed)
    {
        var policy = Policy([new("Egress:Allow:0", entry)], IPAddress.Parse("10.0.0.7"));

        var refused = await Record.ExceptionAsync(() => policy.AddressesAsync("name.example", 8080, default));
        Assert.Equal(allowed, refused is null);
    }

    [Fact]
    public async Task One_switch_allows_everything_private()
    {
        var addresses = await Policy([new("Egress:AllowPrivate", "true")], IPAddress.IPv6Loopback).AddressesAsync("name.example", 80, default);

        Assert.Equal([IPAddress.IPv6Loopback], addresses);
    }

    [Theory]
    [InlineData("ftp://name.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@name.example/")]
    public void Other_schemes_and_passwords_in_urls_are_refused(string url)
    {
        var refused = Assert.Throws<EgressRefusedException>(() => EgressPolicy.CheckUrl(new Uri(url)));
        Assert.DoesNotContain("password@", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Egress:Allow", "not a host")]
    [InlineData("Egress:Allow", "host:99999")]
    [InlineData("Egress:Allow", "10.0.0.0/99")]
    [InlineData("Egress:AllowPrivate", "yes")]
    [InlineData("Egress:ConnectTimeout", "0")]
    public void A_malformed_setting_is_named_with_its_value(string name, string value)
    {
        var wrong = Assert.Throws<InvalidOperationException>(() => Options([new(name, value)]));

        Assert.Contains(name, wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", wrong.Message, StringComparison.Ordinal);
    }

    static EgressPolicy Policy(KeyValuePair<string, string?>[] settings, params IPAddress[] addresses) => new(Options(settings), (_, _) => Task.FromResult(addresses));

    static EgressOptions Options(KeyValuePair<string, string?>[] settings) => EgressOptions.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
