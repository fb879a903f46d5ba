using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Probe;

public enum Level
{
    Low,
    Middle,
    High,
}

public sealed record Order(string Item, int Count);

/// <summary>What functions take beside the request.</summary>
public static class Parameters
{
    const AuthorizationLevel Open = AuthorizationLevel.Anonymous;

    [Function("Typed")]
    public static object Typed(
        [HttpTrigger(Open, "get", Route = "typed/{number:int}/{id:guid}/{when:datetime}/{flag:bool}/{level}")] HttpRequestData request,
        int number, Guid id, DateTime when, bool flag, Level? level) => new { number, id, when, flag, level };

    [Function("Optional")]
    public static string Optional([HttpTrigger(Open, "get", Route = "optional/{name?}")] HttpRequestData request, string? name) => name ?? "nobody";

    [Function("Defaulted")]
    public static string Defaulted(
        [HttpTrigger(Open, "get", Route = "defaulted/{count:int?}")] HttpRequestData request, int count = 7) => $"{count}";

    [Function("Files")]
    public static string Files([HttpTrigger(Open, "get", Route = "files/{*path}")] HttpRequestData request, string? path) => $"<{path}>";

    [Function("Limited")]
    public static string Limited([HttpTrigger(Open, "get", Route = "limited/{n:int:min(1):max(9)}")] HttpRequestData request, int n) => $"{n}";

    [Function("Word")]
    public static string Word([HttpTrigger(Open, "get", Route = "word/{word:length(2,5)}/{extra=none}")] HttpRequestData request, string word, string extra) =>
        $"{word} {extra}";

    [Function("Loose")]
    public static string Loose([HttpTrigger(Open, "get", Route = "loose/{number}")] HttpRequestData request, int number) => $"{number}";

    [Function("Asked")]
    public static string Asked([HttpTrigger(Open, "get", Route = "asked")] HttpRequestData request, int n, string? word) => $"{n} {word ?? "-"}";

    [Function("FromJson")]
    public static string FromJson([HttpTrigger(Open, "post", Route = "from-json")] HttpRequestData request, string name, int count) => $"{name} {count}";

    [Function("PlaceOrder")]
    public static object PlaceOrder([HttpTrigger(Open, "post", Route = "order")] HttpRequestData request, [FromBody] Order order) =>
        new { order?.Item, order?.Count };

    [Function("Text")]
    public static string Text([HttpTrigger(Open, "post", Route = "text")] HttpRequestData request, [FromBody] string text) => $"<{text}>";

    [Function("Bytes")]
    public static string Bytes([HttpTrigger(Open, "post", Route = "bytes")] HttpRequestData request, [FromBody] byte[] bytes) => $"{bytes.Length}";

    [Function("Given")]
    public static object Given(
        [HttpTrigger(Open, "get", Route = "given")] HttpRequestData request,
        FunctionContext context,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) =>
        new { context.FunctionDefinition.Name, cancellation.CanBeCanceled, Same = cancellation == context.CancellationToken, Client = client is not null };

    [Function("Tagged")]
    public static string Tagged([HttpTrigger(Open, "get", Route = "tagged/{tag}")] HttpRequestData request, Tag tag) => tag.Text;

    [Function("Coloured")]
    public static string Coloured([HttpTrigger(Open, "get", Route = "coloured/{colour}")] HttpRequestData request, Colour colour) => colour.Name;
}
