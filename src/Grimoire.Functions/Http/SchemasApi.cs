using System.Text;
using Grimoire.Functions.Security;
using Grimoire.Schemas;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>What describes the API and its documents to programs.</summary>
public sealed class SchemasApi
{
    [Function("GetSpellSchema")]
    [Open]
    public static Task<HttpResponseData> SpellAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/schemas/spell.json")] HttpRequestData request,
        CancellationToken cancellation) => SendAsync(request, "spell.schema.json", cancellation);

    [Function("GetToolSchema")]
    [Open]
    public static Task<HttpResponseData> ToolAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/schemas/tool.json")] HttpRequestData request,
        CancellationToken cancellation) => SendAsync(request, "tool.schema.json", cancellation);

    [Function("GetOpenApi")]
    [Open]
    public static Task<HttpResponseData> OpenApiAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/openapi.json")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer.OkAsync(request, OpenApi.OpenApiDocument.Create(), cancellation);
    }

    static Task<HttpResponseData> SendAsync(HttpRequestData request, string schema, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer.TextAsync(request, "application/schema+json", Encoding.UTF8.GetBytes(PublishedSchemas.Text(schema)), cancellation);
    }
}
