{{- define "exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "exporter.fullname" -}}
{{- $name := include "exporter.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "exporter.labels" -}}
{{ include "exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* What every object has. Beside root all is optional: name or suffix, labels, annotations. */}}
{{- define "exporter.metadata" -}}
name: {{ .name | default (include "exporter.fullname" .root) }}{{ with .suffix }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "exporter.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "exporter.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "exporter.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "exporter.image" -}}
{{- with .Values.image -}}
{{- .repository -}}
{{- if .digest -}}@{{ .digest }}{{- else -}}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* The Secrets' names; empty where there is nothing to mount. */}}
{{- define "exporter.filesSecret" -}}
{{- if .Values.files.existingSecret -}}{{ .Values.files.existingSecret }}
{{- else if .Values.files.content -}}{{ include "exporter.fullname" . }}-files
{{- end -}}
{{- end -}}

{{- define "exporter.webSecret" -}}
{{- if .Values.webConfig.existingSecret -}}{{ .Values.webConfig.existingSecret }}
{{- else if .Values.webConfig.content -}}{{ include "exporter.fullname" . }}-web
{{- end -}}
{{- end -}}

{{/* A path of the exporter's, behind its prefix. */}}
{{- define "exporter.path" -}}
{{- trimSuffix "/" .root.Values.routePrefix }}{{ .path -}}
{{- end -}}

{{/* How the kubelet asks: by HTTP, or, as it has neither password nor certificate, for a connection. */}}
{{- define "exporter.containerProbe" -}}
{{- if include "exporter.webSecret" .root -}}
tcpSocket:
  port: http
{{- else -}}
httpGet:
  path: {{ include "exporter.path" . }}
  port: http
{{- end }}
{{- end -}}

{{/* How Prometheus asks. */}}
{{- define "exporter.scheme" -}}
{{- ternary .Values.webConfig.scheme "http" (ne (include "exporter.webSecret" .) "") -}}
{{- end -}}

{{- define "exporter.prometheusClient" -}}
{{- with .Values.prometheusOperator.tlsConfig }}
tlsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.prometheusOperator.basicAuth }}
basicAuth:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Whole seconds, rounded up, of a duration such as 1m30s. */}}
{{- define "exporter.seconds" -}}
{{- $unit := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9]+(ms|s|m|h|d)" . -1 -}}
{{- $sum = addf $sum (mulf (regexFind "[0-9]+" .) (get $unit (regexFind "[a-z]+" .))) -}}
{{- end -}}
{{- ceil $sum | int -}}
{{- end -}}

{{- define "exporter.terminationGracePeriodSeconds" -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds -}}
{{- $longest := 0 -}}
{{- range .Values.config.modules -}}
{{- $longest = max $longest (include "exporter.seconds" (.timeout | default "10s") | int) -}}
{{- end -}}
{{- add .Values.preStopSleepSeconds $longest 5 -}}
{{- else -}}
{{- int .Values.terminationGracePeriodSeconds -}}
{{- end -}}
{{- end -}}
