using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Documents;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Tools: save, read, list, remove, try.</summary>
public sealed class ToolsApi(ToolStore store, ToolCatalog catalog, ToolFolder folder, JsonSchemas schemas, CastStarts starts)
{
    readonly ToolValidator _validator = new(schemas);

    [Function("ListTools")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/tools")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var set = await catalog.OfAsync(request.Account(), cancellation).ConfigureAwait(false);
        var tools = set.Tools.Select(tool => new
        {
            tool.Id,
            Name = tool.Document["name"]?.DeepClone(),
            Kind = tool.Document["kind"]?.DeepClone(),
            Delivery = (string?)tool.Document["delivery"] ?? "immediate",
            Description = tool.Document["description"]?.DeepClone(),
            tool.Source,
        });
        return await Answer.OkAsync(request, new { tools }, cancellation).ConfigureAwait(false);
    }

    [Function("GetTool")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/tools/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Tool(id));
        var tool = await store.FindAsync(account, name, cancellation).ConfigureAwait(false) ?? folder.Find(name) ?? throw NotFound(name);
        return await Answer.OkAsync(request, new { tool.Id, tool.Source, tool.SavedAt, tool.Document }, cancellation).ConfigureAwait(false);
    }

    [Function("PutTool")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> PutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/tools/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Tool(id));
        var (text, findings) = await RequestBody.DocumentAsync(request, SpellLimits.Default.DocumentBytes, cancellation).ConfigureAwait(false);
        if (text is JsonObject named && findings.Count == 0 && !named.ContainsKey("id"))
        {
            named.Insert(0, "id", name);
        }

        var (errors, warnings) = Check(text, findings);
        if (text is JsonObject fields && fields["id"] is JsonValue other && other.ToString() != name)
        {
            errors.Add(new Finding("/id", "tool.id", $"'id' is '{other}', but the URL says '{name}': the same, or none, is wanted."));
        }

        if (errors.Count > 0)
        {
            throw new Problem(HttpStatusCode.UnprocessableEntity, "tool.invalid", "The tool is not valid; errors says why.", errors).Refused();
        }

        var (saved, isNew) = await store.SaveAsync(account, name, (JsonObject)text!, cancellation).ConfigureAwait(false);
        catalog.Forget(account);
        return await Answer.JsonAsync(
            request, isNew ? HttpStatusCode.Created : HttpStatusCode.OK, new { saved.Id, saved.SavedAt, warnings }, cancellation,
            ("Location", $"/api/tools/{name}")).ConfigureAwait(false);
    }

    [Function("DeleteTool")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/tools/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Tool(id));
        if (await store.DeleteAsync(account, name, cancellation).ConfigureAwait(false))
        {
            catalog.Forget(account);
            return Answer.Nothing(request);
        }

        throw folder.Find(name) is null
            ? NotFound(name)
            : new Problem(HttpStatusCode.Conflict, "tool.builtIn", $"The tool '{name}' comes with the app: it cannot be removed here.").Refused();
    }

    [Function("TryTool")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> TryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/tools/{id}/try")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Tool(id));
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var inputs = fields.Object("inputs") ?? [];
        var budget = fields.Money("budgetUsd");
        fields.Check();
        RequestBody.CheckSize(inputs, "Inputs", RequestBody.MaxInputBytes);
        var set = await catalog.OfAsync(account, cancellation).ConfigureAwait(false);
        if (!set.Ids.Contains(name))
        {
            throw NotFound(name);
        }

        // With the inputs in the step itself, they are checked before anything starts, as those of every step are.
        var spell = new Spell
        {
            Slug = "try",
            Name = CutTo(200, $"Try {name}"),
            Steps = [new Step { Id = "try", Tool = name, With = (JsonObject)Literal(inputs)! }],
        };
        return await starts
            .AnswerAsync(request, client, new CastRequest { Account = account, Spell = spell, BudgetUsd = budget }, cancellation, Placed)
            .ConfigureAwait(false);
    }

    /// <summary>A place in the spell that tries a tool as one in the body: the caller knows of no spell.</summary>
    static string Placed(string pointer)
    {
        const string with = "/steps/0/with";
        return pointer.StartsWith(with, StringComparison.Ordinal) ? "/inputs" + pointer[with.Length..] : "";
    }

    /// <summary>The value as a template that comes to it, whatever its texts look like.</summary>
    static JsonNode? Literal(JsonNode? value) => value switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Literal(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Literal)]),
        JsonValue text when text.TryGetValue<string>(out var characters) => JsonValue.Create(characters.Replace("${", "$${", StringComparison.Ordinal)),
        _ => value?.DeepClone(),
    };

    static string CutTo(int length, string text) => text.Length <= length ? text : text[..length];

    (List<Finding> Errors, IReadOnlyList<Finding> Warnings) Check(JsonNode? document, List<Finding> findings)
    {
        if (findings.Count > 0)
        {
            return (findings, []);
        }

        var reading = ToolDocument.Read(document);
        if (reading.Tool is null)
        {
            return ([.. reading.Errors], []);
        }

        var result = _validator.Validate(reading.Tool);
        return ([.. result.Errors], result.Warnings);
    }

    static RefusedException NotFound(string id) => new Problem(HttpStatusCode.NotFound, "tool.notFound", $"There is no tool '{id}'.").Refused();
}
