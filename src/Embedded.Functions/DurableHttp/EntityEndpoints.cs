using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.Functions.DurableHttp;

/// <summary>Shows and signals entities.</summary>
internal sealed class EntityEndpoints(DurableEntityClient client, DurableHttpSettings settings)
{
    /// <summary>Stands for the empty key, which a path cannot hold.</summary>
    const string EmptyKey = "$";

    public async Task GetAsync(HttpContext context, string name, string key)
    {
        EntityInstanceId id = IdOf(name, key);
        EntityMetadata entity = await client.GetEntityAsync(id, context.RequestAborted).ConfigureAwait(false)
            ?? throw new BadDurableRequestException(
                $"There is no entity '{id.Name}' with the key '{id.Key}' in this task hub.", StatusCodes.Status404NotFound);
        await Answer.JsonAsync(
            context, StatusCodes.Status200OK, writer => Answer.Payload(writer, entity.IncludesState ? entity.State.Value : null)).ConfigureAwait(false);
    }

    public async Task ListAsync(HttpContext context, string? name)
    {
        var query = new DurableQuery(context.Request);
        bool fetchState = query.Flag("fetchState") ?? false;
        var filter = new EntityQuery
        {
            // With the key's separator, or "count" would find "counter" too.
            InstanceIdStartsWith = name is null ? null : $"@{IdOf(name, string.Empty).Name}@",
            LastModifiedFrom = query.Time("lastOperationTimeFrom"),
            LastModifiedTo = query.Time("lastOperationTimeTo"),
            PageSize = query.PageSize("top"),
            IncludeState = fetchState,
            ContinuationToken = query.Continuation,
        };
        Page<EntityMetadata> page =
            await InstanceQueries.FirstAsync(client.GetAllEntitiesAsync(filter), context.RequestAborted).ConfigureAwait(false);
        DurableQuery.SetContinuation(context.Response, page.ContinuationToken);
        await Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (EntityMetadata entity in page.Values)
            {
                Write(writer, entity);
            }

            writer.WriteEndArray();
        }).ConfigureAwait(false);
    }

    public async Task SignalAsync(HttpContext context, string name, string key)
    {
        string operation = new DurableQuery(context.Request).Text("op")
            ?? throw new BadDurableRequestException("The operation is missing: name it by the query parameter 'op'.");
        EntityInstanceId id = CheckKnown(IdOf(name, key));
        string text = await RequestBody.ReadTextAsync(context.Request).ConfigureAwait(false);

        // What does not call itself JSON is passed as the string that it is.
        string? input = text.Length == 0 ? null : RequestBody.IsJson(context.Request) ? RequestBody.CheckJson(text) : VerbatimJson.OfText(text);
        await client.SignalEntityAsync(id, operation, input, cancellation: context.RequestAborted).ConfigureAwait(false);
        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    public async Task DeleteAsync(HttpContext context, string name, string key)
    {
        await client.SignalEntityAsync(CheckKnown(IdOf(name, key)), "delete", context.RequestAborted).ConfigureAwait(false);
        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    static EntityInstanceId IdOf(string name, string key) => new(name, key == EmptyKey ? string.Empty : key);

    static void Write(Utf8JsonWriter writer, EntityMetadata entity)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("entityId");
        writer.WriteString("name", entity.Id.Name);
        writer.WriteString("key", entity.Id.Key);
        writer.WriteEndObject();
        writer.WriteString(
            "lastOperationTime",
            entity.LastModifiedTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        writer.WritePropertyName("state");
        Answer.Payload(writer, entity.IncludesState ? entity.State.Value : null);
        writer.WriteEndObject();
    }

    EntityInstanceId CheckKnown(EntityInstanceId id) =>
        settings.Entities is { } known && !known.Contains(id.Name, StringComparer.OrdinalIgnoreCase)
            ? throw new BadDurableRequestException(
                $"The function '{id.Name}' doesn't exist, is disabled, or is not an entity function. "
                + (known.Count == 0
                    ? "No entity functions are currently registered!"
                    : $"The following are the known entity functions: '{string.Join("', '", known.Order(StringComparer.Ordinal))}'."))
            : id;
}
