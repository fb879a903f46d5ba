using System.Net;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>Answers with JSON, written the one way in which everything is.</summary>
static class Answer
{
    public static Task<HttpResponseData> OkAsync(HttpRequestData request, object body, CancellationToken cancellation) =>
        JsonAsync(request, HttpStatusCode.OK, body, cancellation);

    public static Task<HttpResponseData> JsonAsync(
        HttpRequestData request, HttpStatusCode status, object body, CancellationToken cancellation, params (string Name, string Value)[] headers) =>
        WriteAsync(request, status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body, DomainJson.Options), headers, cancellation);

    public static Task<HttpResponseData> TextAsync(HttpRequestData request, string contentType, ReadOnlyMemory<byte> text, CancellationToken cancellation) =>
        WriteAsync(request, HttpStatusCode.OK, contentType, text, [], cancellation);

    public static Task<HttpResponseData> ProblemAsync(HttpRequestData request, Problem problem, CancellationToken cancellation) => WriteAsync(
        request, problem.Status, "application/problem+json", JsonSerializer.SerializeToUtf8Bytes(problem.Body(), DomainJson.Options), problem.Headers, cancellation);

    public static HttpResponseData Nothing(HttpRequestData request) => request.CreateResponse(HttpStatusCode.NoContent);

    static async Task<HttpResponseData> WriteAsync(
        HttpRequestData request,
        HttpStatusCode status,
        string contentType,
        ReadOnlyMemory<byte> body,
        IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellation)
    {
        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", contentType);
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        await response.Body.WriteAsync(body, cancellation).ConfigureAwait(false);
        return response;
    }
}
