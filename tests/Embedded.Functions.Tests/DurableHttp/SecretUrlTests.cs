using Embedded.Functions.DurableHttp;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class SecretUrlTests
{
    [Theory]
    [InlineData("http://host:81/runtime/webhooks/durabletask/instances/1?code=secret&n=1", "http://host:81/runtime/webhooks/durabletask/instances/1")]
    [InlineData("https://user:secret@host/a%20b#part", "https://host/a%20b")]
    [InlineData("/status?code=secret", "/status")]
    public void What_logs_and_errors_show_of_a_URL_has_no_keys(string url, string shown) =>
        Assert.Equal(shown, DurableHttpCall.Shown(new Uri(url, UriKind.RelativeOrAbsolute)));
}
