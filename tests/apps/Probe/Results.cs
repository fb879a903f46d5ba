using System.Net;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Probe;

public sealed record Marked
{
    [HttpResult]
    public HttpResponseData? Answer { get; init; }

    public string? Other { get; init; }
}

public sealed record Unmarked(HttpResponseData Answer, string Other);

/// <summary>What functions return.</summary>
public static class Results
{
    const AuthorizationLevel Open = AuthorizationLevel.Anonymous;

    [Function("ResultResponse")]
    public static HttpResponseData Response([HttpTrigger(Open, "get", Route = "result/response")] HttpRequestData request) => Created(request, "made");

    [Function("ResultPoco")]
    public static Order Poco([HttpTrigger(Open, "get", Route = "result/poco")] HttpRequestData request) => new("pen", 2);

    [Function("ResultText")]
    public static string Text([HttpTrigger(Open, "get", Route = "result/text")] HttpRequestData request) => "grüße";

    [Function("ResultBytes")]
    public static byte[] Bytes([HttpTrigger(Open, "get", Route = "result/bytes")] HttpRequestData request) => [0, 255, 1];

    [Function("ResultVoid")]
    public static void Void([HttpTrigger(Open, "get", Route = "result/void")] HttpRequestData request)
    {
    }

    [Function("ResultNull")]
    public static Order? Null([HttpTrigger(Open, "get", Route = "result/null")] HttpRequestData request) => null;

    [Function("ResultTask")]
    public static async Task Task([HttpTrigger(Open, "get", Route = "result/task")] HttpRequestData request) => await System.Threading.Tasks.Task.Yield();

    [Function("ResultTaskOf")]
    public static async Task<Order> TaskOf([HttpTrigger(Open, "get", Route = "result/task-of")] HttpRequestData request)
    {
        await System.Threading.Tasks.Task.Yield();
        return new Order("ink", 3);
    }

    [Function("ResultValueTask")]
    public static async ValueTask ValueTask([HttpTrigger(Open, "get", Route = "result/value-task")] HttpRequestData request) =>
        await System.Threading.Tasks.Task.Yield();

    [Function("ResultValueTaskOf")]
    public static async ValueTask<string> ValueTaskOf([HttpTrigger(Open, "get", Route = "result/value-task-of")] HttpRequestData request)
    {
        await System.Threading.Tasks.Task.Yield();
        return "later";
    }

    [Function("ResultMarked")]
    public static Marked MarkedResult([HttpTrigger(Open, "get", Route = "result/marked")] HttpRequestData request) =>
        new() { Answer = Created(request, "marked"), Other = "hidden" };

    [Function("ResultUnmarked")]
    public static Unmarked UnmarkedResult([HttpTrigger(Open, "get", Route = "result/unmarked")] HttpRequestData request) =>
        new(Created(request, "unmarked"), "hidden");

    [Function("CaughtPlain")]
    public static HttpResponseData Caught([HttpTrigger(Open, "get", Route = "caught/plain")] HttpRequestData request) =>
        throw new InvalidOperationException("plain trouble");

    [Function("CaughtMarked")]
    public static Marked CaughtMarked([HttpTrigger(Open, "get", Route = "caught/marked")] HttpRequestData request) =>
        throw new InvalidOperationException("marked trouble");

    [Function("Throws")]
    public static string Throws([HttpTrigger(Open, "get", Route = "throws")] HttpRequestData request) =>
        throw new InvalidOperationException("secret of the insides");

    [Function("NullTask")]
    public static Task<string>? NullTask([HttpTrigger(Open, "get", Route = "null-task")] HttpRequestData request) => null;

    [Function("JsonStatus")]
    public static async Task<HttpResponseData> JsonStatus([HttpTrigger(Open, "get", Route = "json-status")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Conflict);
        await response.WriteAsJsonAsync(new Order("cup", 1));
        return response;
    }

    [Function("Status")]
    public static HttpResponseData Status([HttpTrigger(Open, "get", Route = "status/{code}")] HttpRequestData request, int code)
    {
        HttpResponseData response = request.CreateResponse((HttpStatusCode)code);
        response.WriteBytes(Encoding.UTF8.GetBytes("a body"));
        return response;
    }

    static HttpResponseData Created(HttpRequestData request, string text)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Created);
        response.Headers.Add("Content-Type", "text/x-probe");
        response.WriteString(text);
        return response;
    }
}
