namespace Embedded.Functions.Tests.DurableHttp;

/// <summary>What one caller sends must not make the API useless to all others.</summary>
public sealed class OddPayloadTests : IAsyncLifetime
{
    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(
        tasks => tasks.AddOrchestratorFunc<System.Text.Json.JsonElement, int>("Ignore", (_, _) => 1));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":[\"a\\ud800b\"]}")]
    public async Task An_input_with_half_of_a_surrogate_pair_is_shown_as_it_came(string input)
    {
        Reply started = await _host.PostAsync("orchestrators/Ignore/odd", input);
        await _host.EndOfAsync("odd");

        Reply one = await _host.GetAsync("instances/odd");
        Reply list = await _host.GetAsync("instances");

        Assert.Equal(202, started.Status);
        Assert.Equal(200, one.Status);
        Assert.Equal(200, list.Status);
        Assert.Equal(input, one.Json.GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("-Infinity")]
    [InlineData("Infinity")]
    [InlineData("NaN")]
    [InlineData("-1")]
    public async Task A_time_to_wait_that_is_none_is_refused(string timeout) =>
        Assert.Equal(400, (await _host.PostAsync($"orchestrators/Ignore?timeout={timeout}")).Status);
}
