using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Api;

public sealed class HttpRequestDataTests
{
    static readonly ObjectSerializer Camel =
        new JsonObjectSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

    [Fact]
    public async Task A_body_is_read_as_UTF_8_by_default()
    {
        Assert.Equal("Grüße 🎉", await Request("Grüße 🎉").ReadAsStringAsync());
        Assert.Equal("Grüße 🎉", Request("Grüße 🎉").ReadAsString());
    }

    [Fact]
    public async Task A_body_is_read_in_the_encoding_that_is_asked_for()
    {
        var body = Encoding.Latin1.GetBytes("Grüße");

        Assert.Equal("Grüße", await Request(body).ReadAsStringAsync(Encoding.Latin1));
        Assert.Equal("Grüße", Request(body).ReadAsString(Encoding.Latin1));
    }

    [Fact]
    public async Task A_byte_order_mark_overrules_the_encoding_and_is_not_part_of_the_text()
    {
        byte[] body = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Grüße")];

        Assert.Equal("Grüße", await Request(body).ReadAsStringAsync(Encoding.UTF8));
        Assert.Equal("Grüße", Request(body).ReadAsString());
    }

    [Fact]
    public async Task The_body_stays_open_after_it_was_read()
    {
        var request = Request("text");

        await request.ReadAsStringAsync();
        request.Body.Position = 0;

        Assert.Equal("text", request.ReadAsString());
    }

    [Fact]
    public async Task JSON_is_read_with_the_serializer_of_the_worker()
    {
        var request = Request("""{"name":"a","count":2}""", Camel);

        Assert.Equal(new Item("a", 2), await request.ReadFromJsonAsync<Item>());
    }

    [Fact]
    public async Task JSON_is_read_with_the_serializer_of_the_call()
    {
        var request = Request("""{"name":"a","count":2}""", new JsonObjectSerializer());

        Assert.Equal(new Item("a", 2), await request.ReadFromJsonAsync<Item>(Camel));
    }

    [Fact]
    public async Task A_JSON_null_is_the_default_of_the_type() => Assert.Null(await Request("null", Camel).ReadFromJsonAsync<Item>());

    [Fact]
    public async Task Bad_JSON_is_an_aggregate_exception_around_that_of_the_serializer()
    {
        var request = Request("{ nonsense", Camel);

        var thrown = await Assert.ThrowsAsync<AggregateException>(async () => await request.ReadFromJsonAsync<Item>());

        Assert.IsType<JsonException>(thrown.InnerException);
    }

    [Fact]
    public async Task A_cancelled_read_of_JSON_is_cancelled()
    {
        var request = Request("{}", Camel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await request.ReadFromJsonAsync<Item>(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Without_a_serializer_reading_JSON_says_so_at_once()
    {
        var request = Request("{}");

        Assert.Throws<InvalidOperationException>(() => request.ReadFromJsonAsync<Item>().AsTask().IsCompleted);
    }

    [Fact]
    public void A_response_has_the_status_that_it_was_created_with()
    {
        var request = Request("");

        Assert.Equal(HttpStatusCode.Accepted, request.CreateResponse(HttpStatusCode.Accepted).StatusCode);
        Assert.Equal(HttpStatusCode.OK, HttpResponseData.CreateResponse(request).StatusCode);
    }

    [Fact]
    public void The_query_is_decoded_and_names_repeat()
    {
        var query = new FakeRequest(new FakeContext(), [], "http://localhost/?a=1&A=2&text=x%20y+z&flag").Query;

        Assert.Equal(["1", "2"], query.GetValues("a")!);
        Assert.Equal("x y z", query["text"]);
        Assert.Null(query["missing"]);
        Assert.Equal(["flag"], query.GetValues(null)!);
    }

    static FakeRequest Request(string body, ObjectSerializer? serializer = null) => Request(Encoding.UTF8.GetBytes(body), serializer);

    static FakeRequest Request(byte[] body, ObjectSerializer? serializer = null) => new(new FakeContext(serializer), body);

    sealed record Item(string Name, int Count);
}
