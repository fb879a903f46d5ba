using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>An error as the caller sees it: RFC 9457 with a stable <paramref name="Code"/> and, for documents, all that is wrong with them.</summary>
sealed record Problem(HttpStatusCode Status, string Code, string Title, string Detail, IReadOnlyList<DocumentError>? Errors = null)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public async Task<HttpResponseData> AnswerAsync(HttpRequestData request, CancellationToken cancellation)
    {
        var body = new { type = $"urn:grimoire:problem:{Code}", title = Title, status = (int)Status, detail = Detail, code = Code, errors = Errors };
        var response = request.CreateResponse(Status);
        response.Headers.Add("Content-Type", "application/problem+json");
        await response.WriteBytesAsync(JsonSerializer.SerializeToUtf8Bytes(body, Json), cancellation).ConfigureAwait(false);
        return response;
    }
}

/// <summary>One thing that is wrong with a document.</summary>
/// <param name="Pointer">Where: a JSON pointer, empty for the document as a whole.</param>
sealed record DocumentError(string Pointer, string Detail);
