using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Moq;

namespace Grimoire.Functions.Tests.Http.Support;

/// <summary>A request as a function gets it, without any host; from an operator, if it has no context of its own.</summary>
sealed class FakeRequest(string method, string path, string? body = null, FunctionContext? context = null) : HttpRequestData(context ?? Called())
{
    static FunctionContext Called()
    {
        var items = new Dictionary<object, object>();
        var context = Mock.Of<FunctionContext>(call => call.Items == items);
        Caller.Everyone.EnterInto(context);
        return context;
    }

    public override Stream Body { get; } = new MemoryStream(Encoding.UTF8.GetBytes(body ?? ""));

    public override HttpHeadersCollection Headers { get; } = body is null ? [] : new([KeyValuePair.Create("Content-Type", "application/json")]);

    public override IReadOnlyCollection<IHttpCookie> Cookies => [];

    public override Uri Url { get; } = new("http://app.example/api/" + path);

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => method;

    public FakeRequest With(string header, string value)
    {
        Headers.Add(header, value);
        return this;
    }

    public override HttpResponseData CreateResponse() => new FakeResponse(FunctionContext);
}

/// <summary>What a function has answered.</summary>
sealed class FakeResponse(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; }

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => Mock.Of<HttpCookies>();
}

static class Responses
{
    public static JsonNode Json(this HttpResponseData response)
    {
        response.Body.Position = 0;
        return JsonNode.Parse(response.Body)!;
    }

    public static string? Header(this HttpResponseData response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
