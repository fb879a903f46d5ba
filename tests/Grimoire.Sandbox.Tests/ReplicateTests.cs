using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

public sealed class ReplicateTests(SandboxFixture fixture) : JobTests(fixture)
{
    const string Predictions = "replicate/v1/predictions";

    [Fact]
    public async Task A_prediction_is_created_polled_and_has_pictures_in_the_end()
    {
        var input = new { prompt = "a lighthouse", width = 64, height = 48, num_outputs = 2, manual = true, seconds = 3.5 };
        JsonElement created = await StartAsync(Predictions, new { version = "v1", input }, HttpStatusCode.Created);
        string id = created.GetProperty("id").GetString()!;

        Assert.Equal("starting", created.GetProperty("status").GetString());
        Assert.Equal("v1", created.GetProperty("version").GetString());
        Assert.Equal("a lighthouse", created.GetProperty("input").GetProperty("prompt").GetString());
        Assert.Equal(JsonValueKind.Null, created.GetProperty("output").ValueKind);
        Assert.Matches("^[a-z2-7]{26}$", id);
        string url = created.GetProperty("urls").GetProperty("get").GetString()!;
        await Jobs.ProgressAsync(id, 0.5);
        JsonElement processing = await GetAsync(url);
        await Jobs.CompleteAsync(id);
        JsonElement succeeded = await GetAsync(url);

        Assert.Equal(("processing", "50%\n"), (processing.GetProperty("status").GetString(), processing.GetProperty("logs").GetString()));
        Assert.Equal("succeeded", succeeded.GetProperty("status").GetString());
        Assert.Equal(3.5, succeeded.GetProperty("metrics").GetProperty("predict_time").GetDouble());
        Assert.True(succeeded.GetProperty("completed_at").GetDateTimeOffset() >= succeeded.GetProperty("started_at").GetDateTimeOffset());
        string[] pictures = [.. succeeded.GetProperty("output").EnumerateArray().Select(picture => picture.GetString()!)];
        Assert.Equal(2, pictures.Distinct().Count());
        Png png = Png.Read(await Http.GetByteArrayAsync(pictures[0]));
        Assert.Equal((64, 48), (png.Width, png.Height));
    }

    [Fact]
    public async Task Another_prediction_of_the_same_input_has_the_same_pictures()
    {
        var request = new { model = "maker/model", input = new { prompt = "a lighthouse", manual = true } };
        JsonElement first = await StartAsync(Predictions, request, HttpStatusCode.Created, "1");
        JsonElement second = await StartAsync("replicate/v1/models/maker/model/predictions", new { request.input }, HttpStatusCode.Created, "2");

        await Jobs.CompleteAsync(first.GetProperty("id").GetString()!);
        await Jobs.CompleteAsync(second.GetProperty("id").GetString()!);

        JsonElement[] ended = [await GetAsync($"{Predictions}/{first.GetProperty("id")}"), await GetAsync($"{Predictions}/{second.GetProperty("id")}")];
        Assert.Equal(ended[0].GetProperty("output").GetRawText(), ended[1].GetProperty("output").GetRawText());
        Assert.NotEqual(ended[0].GetProperty("id").GetString(), ended[1].GetProperty("id").GetString());
        Assert.All(ended, prediction => Assert.Equal("maker/model", prediction.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task Each_event_that_was_asked_for_is_a_webhook_with_the_prediction_as_it_was_then()
    {
        string id = await CreateAsync(["start", "logs", "output", "completed"]);

        await Jobs.ProgressAsync(id, 0.25);
        await Jobs.CompleteAsync(id);

        Assert.Equal(["processing", "processing", "processing", "succeeded"], Receiver.All.Select(received => received.Text("status")));
        Assert.Equal(["", "25%\n", "100%\n", "100%\n"], Receiver.All.Select(received => received.Text("logs")));
        Assert.Equal([false, false, true, true], Receiver.All.Select(received => received.Json.GetProperty("output").ValueKind == JsonValueKind.Array));
        Assert.All(Receiver.All, received => Assert.Equal(id, received.Text("id")));
        Assert.Equal(4, Receiver.All.Select(received => received.Headers["webhook-id"]).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_filter_there_are_webhooks_for_the_output_and_the_end()
    {
        string id = await CreateAsync(null);

        await Jobs.ProgressAsync(id, 0.25);
        await Jobs.CompleteAsync(id);

        Assert.Equal(["processing", "succeeded"], Receiver.All.Select(received => received.Text("status")));
    }

    [Fact]
    public async Task A_webhook_is_signed_by_standard_webhooks_with_the_secret_that_the_service_tells()
    {
        string id = await CreateAsync(["completed"]);
        string secret = (await GetAsync("replicate/v1/webhooks/default/secret")).GetProperty("key").GetString()!;

        await Jobs.FailAsync(id, "out of memory");

        Received received = Assert.Single(Receiver.All);
        byte[] signed = Encoding.UTF8.GetBytes($"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{received.Body}");
        string expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        Assert.Equal($"v1,{expected}", received.Headers["webhook-signature"]);
        Assert.InRange(
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(received.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture)),
            TimeProvider.System.GetUtcNow() - SandboxProcess.Patience,
            TimeProvider.System.GetUtcNow());
        Assert.Equal(("failed", "out of memory"), (received.Text("status"), received.Text("error")));
    }

    [Fact]
    public async Task A_cancelled_prediction_says_so_in_a_webhook_and_stays_so()
    {
        string id = await CreateAsync(["completed"]);

        JsonElement cancelled = await StartAsync($"{Predictions}/{id}/cancel", new { }, HttpStatusCode.OK);
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 1));
        JsonElement again = await StartAsync($"{Predictions}/{id}/cancel", new { }, HttpStatusCode.OK);

        Assert.Equal(["canceled", "canceled"], [cancelled.GetProperty("status").GetString()!, again.GetProperty("status").GetString()!]);
        Assert.Equal("canceled", Assert.Single(Receiver.All).Text("status"));
    }

    [Theory]
    [InlineData("""{"input":{}}""", "version")]
    [InlineData("""{"version":"v1","input":[]}""", "input")]
    [InlineData("""{"version":"v1","input":{"width":5}}""", "width")]
    [InlineData("""{"version":"v1","input":{"seconds":"long"}}""", "seconds")]
    [InlineData("""{"version":"v1","webhook":"nowhere"}""", "webhook")]
    [InlineData("""{"version":"v1","webhook_events_filter":["finished"]}""", "webhook_events_filter")]
    public async Task What_cannot_be_predicted_is_refused_by_the_name_of_what_is_wrong(string request, string param)
    {
        JsonElement error = (await PostAsync(Predictions, request, HttpStatusCode.UnprocessableEntity)).GetProperty("error");

        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    async Task<string> CreateAsync(string[]? events)
    {
        var request = new Dictionary<string, object> { ["version"] = "v1", ["input"] = new { prompt = "x", manual = true }, ["webhook"] = CallbackUrl };
        if (events is not null)
        {
            request["webhook_events_filter"] = events;
        }

        return (await StartAsync(Predictions, request, HttpStatusCode.Created)).GetProperty("id").GetString()!;
    }
}
